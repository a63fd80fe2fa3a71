/** Activity over time by family, as stacked bars, and in numbers beside them. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";

import type { ActionFamily, Interval } from "../api/generated";
import { count, fully, words } from "../format";
import { FAMILIES } from "../vocabulary";
import { FamilyDot } from "./links";
import { Num } from "./num";

export type Bucket = { start: number; total: number; families: Record<ActionFamily, number> };

type Props = { buckets: Bucket[]; interval: Interval };

const SECONDS = { MINUTE: 60, HOUR: 3_600, DAY: 86_400 };

export function Chart({ buckets, interval }: Props) {
  const [pointed, point] = useState<number | null>(null);
  const bucket = pointed === null ? undefined : buckets[pointed];
  const sums = useMemo(() => summed(buckets), [buckets]);
  const shown = bucket?.families ?? sums;
  const caption = bucket ? fully(bucket.start * 1000) : PERIODS[interval];
  return (
    <div class="chart">
      <Plot buckets={buckets} interval={interval} point={point} label={spoken(sums, interval)} />
      <table class="families">
        <caption>{caption}</caption>
        <tbody>
          {FAMILIES.map((family) => (
            <tr key={family}>
              <th scope="row">
                <FamilyDot family={family} />
                {words(family)}
              </th>
              <td>
                <Num text={count(shown[family])} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const PERIODS = { MINUTE: "The last 60 minutes", HOUR: "The last 48 hours", DAY: "The last 30 days" };

/** What the chart says, for those who do not see it. */
function spoken(sums: Record<ActionFamily, number>, interval: Interval): string {
  const parts = FAMILIES.map((family) => `${words(family)} ${count(sums[family])}`);
  return `${PERIODS[interval]} by family: ${parts.join(", ")}`;
}

function summed(buckets: Bucket[]): Record<ActionFamily, number> {
  const sum = (family: ActionFamily) =>
    buckets.reduce((total, { families }) => total + families[family], 0);
  return Object.fromEntries(FAMILIES.map((family) => [family, sum(family)])) as Bucket["families"];
}

type PlotProps = Props & { point: (place: number | null) => void; label: string };

function Plot({ buckets, interval, point, label }: PlotProps) {
  const room = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = useMemo(() => stacked(buckets, interval), [buckets, interval]);
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    let isOver = false;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const draw = async () => {
      const { default: Drawn } = await import("uplot");
      if (isOver || !room.current) return;
      plot.current?.destroy();
      plot.current = new Drawn(options(Drawn, room.current, interval, point), latest.current, room.current);
    };
    const sized = new ResizeObserver(([seen]) => {
      if (seen) plot.current?.setSize(seen.contentRect);
    });
    if (room.current) sized.observe(room.current);
    const again = () => void draw();
    dark.addEventListener("change", again);
    void draw();
    return () => {
      isOver = true;
      sized.disconnect();
      dark.removeEventListener("change", again);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [interval]);

  useEffect(() => plot.current?.setData(data), [data]);
  return (
    <div
      ref={room}
      class="plot"
      role="img"
      aria-label={label}
      tabIndex={0}
      onKeyDown={(event) => step(event, plot.current)}
      onBlur={() => plot.current?.setCursor({ left: -1, top: -1 })}
    />
  );
}

/** Point at the bar before or after, by the arrow keys. */
function step(event: KeyboardEvent, plot: uPlot | null): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by || !plot) return;
  event.preventDefault();
  const last = plot.data[0].length - 2;
  const isPointing = (plot.cursor.left ?? -1) >= 0;
  const place = isPointing ? (plot.cursor.idx ?? last) + by : by < 0 ? last : 0;
  const at = plot.data[0][Math.max(0, Math.min(place, last))] ?? 0;
  plot.setCursor({ left: plot.valToPos(at, "x") + 1, top: 1 });
}

/** The instants, and from the top of the pile to its bottom the sums of each family and those below. */
function stacked(buckets: Bucket[], interval: Interval): uPlot.AlignedData {
  const starts = buckets.map((bucket) => bucket.start);
  const end = (starts.at(-1) ?? 0) + SECONDS[interval];
  const piles = FAMILIES.map((_, top) =>
    buckets.map(({ families }) =>
      FAMILIES.slice(0, top + 1).reduce((sum, family) => sum + families[family], 0),
    ),
  );
  const closed = piles.reverse().map((pile) => [...pile, null]); // room for the last bar
  return [[...starts, end], ...closed];
}

function options(
  Drawn: typeof uPlot,
  room: HTMLElement,
  interval: Interval,
  point: (place: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(room);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const bars = Drawn.paths.bars?.({ size: [0.72, 28], align: 1 });
  const axis = {
    stroke: colour("--muted"),
    font: `12px ${style.fontFamily}`,
    ticks: { show: false },
  };
  return {
    width: room.clientWidth,
    height: room.clientHeight,
    legend: { show: false },
    padding: [8, 16, 0, 0],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false },
      dataIdx: (plot, _series, nearest, at) => below(plot.data[0], nearest, at),
    },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(most * 1.05, 1)] } },
    axes: [
      { ...axis, grid: { show: false }, values: ticks(interval), space: 64, size: 30 },
      {
        ...axis,
        size: 48,
        space: 40,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7, 1e8],
        grid: { stroke: colour("--line"), width: 1 },
        values: (_plot, marks) => marks.map((mark) => COMPACT.format(mark)),
      },
    ],
    series: [
      {},
      ...[...FAMILIES].reverse().map((family) => {
        const fill = colour(`--${family.toLowerCase()}`);
        return { fill, stroke: fill, width: 0, ...(bars ? { paths: bars } : {}), points: { show: false } };
      }),
    ],
    hooks: {
      setCursor: [(plot) => point(plot.cursor.left! < 0 ? null : (plot.cursor.idx ?? null))],
    },
  };
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact" });

/** The bucket in which an instant lies, not the one that begins nearest to it. */
function below(starts: uPlot.AlignedData[0], nearest: number, at: number): number {
  const place = (starts[nearest] ?? 0) > at ? nearest - 1 : nearest;
  return Math.max(0, Math.min(place, starts.length - 2));
}

function ticks(interval: Interval): uPlot.Axis.DynamicValues {
  const form: Intl.DateTimeFormatOptions =
    interval === "DAY"
      ? { day: "numeric", month: "short" }
      : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const format = new Intl.DateTimeFormat("en-GB", form);
  return (_plot, marks) => marks.map((mark) => format.format(mark * 1000));
}
