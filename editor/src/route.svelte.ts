/** Where the person is: the address bar as state. */
export const route = $state({ path: location.pathname, query: location.search });

export function go(path: string): void {
  history.pushState(null, '', path);
  read();
}

function read(): void {
  route.path = location.pathname;
  route.query = location.search;
}

addEventListener('popstate', read);

/** Lets links move within the app; modified clicks stay the browser's. */
export function link(event: MouseEvent): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const href = (event.currentTarget as HTMLAnchorElement).getAttribute('href');
  if (!href) return;
  event.preventDefault();
  go(href);
}
