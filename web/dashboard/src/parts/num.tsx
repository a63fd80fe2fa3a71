/** A number that is aligned to the right: one with more digits takes the place of the one before, and nothing shifts. */

export function Num({ text }: { text: string }) {
  return (
    <span class="num">
      <span key={text.length}>{text}</span>
    </span>
  );
}
