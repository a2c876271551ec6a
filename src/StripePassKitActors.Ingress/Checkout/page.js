// Shows the page as the server would show it now, without a reload: the server tells when the pass changes (events), and where that
// does not get through the page is looked at every few seconds. After ten minutes it stops, and says so.
const every = 4000;
const longest = 600000;
const begun = Date.now();
const main = () => document.querySelector('main');
let events;
let timer;

const isOver = () => main().dataset.settled === 'true';

const stop = () => {
  events?.close();
  clearTimeout(timer);
};

const refresh = async () => {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
  if (answer.status === 429 || answer.status >= 500) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const now = fresh.querySelector('main');
  if (!now || now.innerHTML === main().innerHTML) return;
  // The element itself stays, or nobody would be told aloud that it changed.
  for (const { name, value } of now.attributes) main().setAttribute(name, value);
  main().replaceChildren(...now.childNodes);
  document.title = fresh.title;
};

const look = async () => {
  try {
    await refresh();
  } catch { /* the next look tries again */ }
  if (isOver()) stop();
};

const poll = () => {
  if (isOver()) return;
  if (Date.now() - begun > longest) {
    document.getElementById('slow')?.removeAttribute('hidden');
    return;
  }
  timer = setTimeout(() => look().then(poll), every);
};

const listen = () => {
  events = new EventSource(`events${location.search}`);
  events.addEventListener('pass', event => {
    if (JSON.parse(event.data).state !== main().dataset.state.toLowerCase()) look();
  });
  events.addEventListener('end', () => {
    events.close();
    poll();
  });
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) poll();
  };
};

listen();
