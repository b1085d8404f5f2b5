// A press that would have sent the form into a line that is down. It is sent when the line is back; a second press
// goes through at once.

// Two taps that somebody means as one.
const DOUBLE_TAP = 1_000;

// What only saves may go by itself. What readers see, or what ends something, is done by a person who looks at it.
const goesByItself = ({ name, value }) => name === "_save" || (name === "_move" && value === "submit");

export class Held {
  button = null;

  // Whether this press is held, instead of being sent now.
  takes(event) {
    const button = event.submitter;
    // Some devices say that they are offline and are not.
    if (!button || this.isFree) return false;
    if (this.button === button && Date.now() - this.since > DOUBLE_TAP) {
      this.button = null;
      return false;
    }
    if (this.button !== button) this.since = Date.now();
    this.button = button;
    event.preventDefault();
    event.stopImmediatePropagation();
    return true;
  }

  // Whether there was a press, which is not sent any more.
  letGo() {
    const was = this.button;
    this.button = null;
    return Boolean(was);
  }

  // The server answers again.
  send() {
    const { button } = this;
    this.button = null;
    this.isFree = Boolean(button);
    // Like a tap: what is asked before handing in is asked now.
    if (button && goesByItself(button)) button.click();
  }
}
