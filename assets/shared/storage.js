// What a browser keeps for a page: beyond the tab, or within it.

/** Where a browser keeps nothing, as for some pages inside a page of somebody else's, it lasts as long as the page. */
class Kept {
  constructor(name) {
    this.meanwhile = new Map();
    try {
      this.storage = window[name];
    } catch (error) {
      if (error.name !== "SecurityError") throw error;
    }
  }

  get(key) {
    return this.storage ? this.storage.getItem(key) : (this.meanwhile.get(key) ?? null);
  }

  set(key, value) {
    if (this.storage) this.storage.setItem(key, value);
    else this.meanwhile.set(key, value);
  }

  remove(key) {
    if (this.storage) this.storage.removeItem(key);
    else this.meanwhile.delete(key);
  }
}

export const kept = new Kept("localStorage");
export const keptInTab = new Kept("sessionStorage");
