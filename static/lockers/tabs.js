// On a phone the tabs are wider than the screen: the open one is brought into view.

const nav = document.querySelector(".section-nav");
const tab = nav?.querySelector("[aria-current]");
if (tab) nav.scrollLeft = tab.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2;
