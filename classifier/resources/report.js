"use strict";
(() => {
  const findings = [...document.querySelectorAll(".finding")];
  const shown = document.getElementById("shown");
  const tell = () => {
    const number = findings.filter((finding) => getComputedStyle(finding).display !== "none").length;
    shown.textContent = shown.dataset.words.replace("{shown}", number).replace("{all}", findings.length);
  };
  // A link to a finding that a filter hides switches that filter on.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    const box = target && document.getElementById(`show-${target.dataset.status}`);
    if (box && !box.checked) {
      box.checked = true;
      tell();
      target.scrollIntoView();
    }
  };
  document.querySelector(".filters").addEventListener("change", tell);
  window.addEventListener("hashchange", reveal);
  tell();
  reveal();
})();
