/** What a user did, and what each action adds to the score, largest first. */

import type { ScoreFragment } from "../api/generated";
import { count, score } from "../format";
import { ActionName } from "./links";
import { Num } from "./num";

const HEADS = ["Count", "Weight", "Adds"];

export function Components({ components }: { components: ScoreFragment["components"] }) {
  return (
    <table class="components">
      <thead>
        <tr>
          <th scope="col">Action</th>
          {HEADS.map((head) => (
            <th key={head} scope="col" class="right">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {components.map((each, place) => (
          <tr key={place}>
            <th scope="row">
              <ActionName action={each.action} />
            </th>
            {[count(each.count), count(each.weight), score(each.contribution)].map((text, column) => (
              <td key={column}>
                <Num text={text} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
