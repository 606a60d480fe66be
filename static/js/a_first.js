// Tells the styles that scripts run. First in order, so what needs scripts appears before it is looked at.
document.documentElement.dataset.js = "";
