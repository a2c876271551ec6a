// Keeps a page as the server would show it now, without a reload: on every message the page is fetched again and those parts
// are replaced that are marked data-live and look different. Whoever is reading or typing elsewhere is not disturbed.
const refresh = async () => {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of document.querySelectorAll('[data-live]')) {
    const now = fresh.getElementById(part.id);
    if (now && now.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.innerHTML = now.innerHTML;
  }
};

if (document.querySelector('[data-live]')) {
  new EventSource('/pages/changes').onmessage = () => refresh().catch(() => { /* the next message tries again */ });
}
