/* Small comforts only: every page works without this file. */
document.querySelectorAll("textarea[maxlength]").forEach((area) => {
  const counter = document.createElement("span");
  counter.className = "counter";
  counter.setAttribute("aria-hidden", "true");
  const count = () => { counter.textContent = `${area.value.length} / ${area.maxLength}`; };
  area.after(counter);
  area.addEventListener("input", count);
  count();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, 8000);
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
});
document.querySelectorAll("[data-ballot]").forEach((ballot) => {
  const live = ballot.querySelector("[data-ballot-live]");
  const out = ballot.querySelector("[data-ballot-sum]");
  const bar = ballot.querySelector("progress");
  const all = Number(ballot.dataset.ballot);
  const points = Number(ballot.dataset.ballotPoints || 0);
  const add = () => {
    let fen = 0;
    let given = 0;
    ballot.querySelectorAll("[data-fen]").forEach((input) => {
      const isTicked = input.type === "checkbox" || input.type === "radio";
      if (isTicked ? input.checked : Number(input.value) > 0) fen += Number(input.dataset.fen);
      if ("points" in input.dataset) given += Number(input.value) || 0;
    });
    const share = Math.round(fen * 100 / all);
    const yuan = (fen / 100).toLocaleString("zh-CN");
    const words = fen ? [out.dataset.words.replace("{yuan}", yuan).replace("{share}", `${share}%`)] : [out.dataset.none];
    if (points > given) words.push(out.dataset.left.replace("{points}", points - given));
    if (points && given > points) words.push(out.dataset.over.replace("{points}", given - points));
    out.textContent = words.join(" ");
    bar.value = Math.min(share, 100);
  };
  live.hidden = false;
  ballot.addEventListener("input", add);
  add();
});
document.querySelectorAll("[data-slider]").forEach((form) => {
  const range = form.querySelector("[data-slider-range]");
  const typed = form.querySelector("[name=budget]");
  let waiting;
  const send = () => { clearTimeout(waiting); waiting = setTimeout(() => form.requestSubmit(), 200); };
  range.hidden = false;
  range.addEventListener("input", () => { typed.value = range.value; send(); });
  typed.addEventListener("input", () => { range.value = typed.value.replace(/[^0-9.]/g, ""); });
  form.addEventListener("click", (event) => {
    const stop = event.target.closest("[data-slider-stop]");
    if (!stop) return;
    event.preventDefault();
    typed.value = range.value = stop.dataset.sliderStop;
    send();
  });
});
document.querySelectorAll("[data-lever]").forEach((range) => {
  const typed = document.getElementById(range.dataset.lever);
  range.hidden = false;
  range.addEventListener("input", () => { typed.value = range.value; });
  range.addEventListener("change", () => { typed.dispatchEvent(new Event("change", { bubbles: true })); });
  typed.addEventListener("input", () => { range.value = typed.value; });
});
