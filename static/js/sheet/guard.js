// Leaving the page: what was typed in the last moment still reaches the browser's store and, if
// there is a network, the portal. A question is asked only where a text would be lost.

import { post } from "./door.js";
import * as queue from "./queue.js";
import { allKeepers } from "./saving.js";

const KEEPALIVE_BYTES = 60000;

function unsafe() {
  return allKeepers().filter((keeper) => !keeper.isSafe);
}

function canFly(keeper) {
  const size = JSON.stringify(queue.itemsOf(keeper.lane)).length;
  return navigator.onLine && !queue.isStopped() && size < KEEPALIVE_BYTES;
}

window.addEventListener("beforeunload", (event) => {
  const keepers = unsafe();
  keepers.forEach((keeper) => keeper.put());
  if (keepers.some((keeper) => !canFly(keeper))) {
    event.preventDefault();
  }
});

window.addEventListener("pagehide", () => {
  for (const keeper of allKeepers()) {
    keeper.put();
    const items = queue.itemsOf(keeper.lane);
    // Behind a request that is under way, beside a clash, or while its form is being sent as a
    // whole, it waits for the next page.
    const isFirst = items.length === 1 && items[0].state === "new";
    if (isFirst && !queue.isResting(keeper.lane) && canFly(keeper)) {
      post(items[0]);
    }
  }
});
