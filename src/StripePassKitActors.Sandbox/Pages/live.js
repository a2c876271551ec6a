// Keeps a page as the server would show it now, without a reload: on every message the page is fetched again and those parts
// are replaced that are marked data-live and that the server shows differently. Whoever is reading or typing in one is not
// disturbed, and what somebody folded or unfolded stays so.
const shown = new Map([...document.querySelectorAll('[data-live]')].map(part => [part, part.innerHTML]));
const edited = new Set();
const folded = new Map();

const replace = (part, html) => {
  part.innerHTML = html;
  for (const details of part.querySelectorAll('details[id]')) details.open = folded.get(details.id) ?? details.open;
  shown.set(part, html);
};

const refresh = async () => {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const [part, html] of shown) {
    const now = fresh.getElementById(part.id);
    if (now && now.innerHTML !== html && !edited.has(part) && !part.contains(document.activeElement)) replace(part, now.innerHTML);
  }
};

if (shown.size > 0) {
  document.addEventListener('click', event => {
    const details = event.target.closest('summary')?.parentElement;
    if (details?.id) folded.set(details.id, !details.open);
  });
  document.addEventListener('input', event => edited.add(event.target.closest('[data-live]')));
  new EventSource('/pages/changes').onmessage = () => refresh().catch(() => { /* the next message tries again */ });
}
