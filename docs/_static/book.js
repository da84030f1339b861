// A page that was opened as a file may not read other files, so the search can name
// the pages that it finds but not quote them.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
