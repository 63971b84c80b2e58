// Lists the sheets whose page this browser keeps, by the titles of these pages.

const PREFIX = "sheets-";
const PAGE = /\/offline\/$/;

async function pagesKept() {
  const found = [];
  for (const name of (await caches.keys()).filter((one) => one.startsWith(PREFIX))) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const address = new URL(request.url).pathname;
      if (PAGE.test(address)) {
        const html = await (await cache.match(request)).text();
        found.push({ address, title: new DOMParser().parseFromString(html, "text/html").title });
      }
    }
  }
  return found;
}

function link({ address, title }) {
  const anchor = document.createElement("a");
  anchor.href = address.replace(PAGE, "/");
  anchor.textContent = title;
  const item = document.createElement("li");
  item.append(anchor);
  return item;
}

const section = document.querySelector("[data-kept-sheets]");
const pages = await pagesKept();
section.hidden = pages.length === 0;
section.querySelector("[data-kept-list]").replaceChildren(...pages.map(link));
