/** Moves the focus to the heading of a new screen, also when the heading only comes with the data. */
export function focusHeading(outlet: Element): void {
  const before = document.activeElement
  const tryFocus = (): boolean => {
    const heading = outlet.querySelector('h1')
    if (!heading) return false
    heading.focus({ preventScroll: true })
    return true
  }
  if (tryFocus()) return
  const observer = new MutationObserver(() => {
    // The person has moved on while the screen was loading: leave the focus alone.
    const moved = document.activeElement !== before && document.activeElement !== document.body
    if (moved || tryFocus()) observer.disconnect()
  })
  observer.observe(outlet, { childList: true, subtree: true })
}
