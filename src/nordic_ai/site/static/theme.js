// Apply the reader's choice of light or dark before anything is drawn; the theme's own button writes the choice.
try {
  document.body.dataset.theme = localStorage.getItem("theme") || "auto";
} catch {
  document.body.dataset.theme = "auto"; // storage is closed to pages opened from some folders
}
