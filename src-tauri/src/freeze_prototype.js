// Runs before any script of a page. Object.prototype is frozen, so that no library's careless merge of data can plant
// a property on every object. Frozen alone, it also forbids an object a toString or valueOf of its own by assignment,
// which widespread libraries (dayjs among them) give theirs. So each inherited value first becomes an accessor whose
// setter defines the property on the object that was assigned to.
"use strict";
(() => {
  const prototype = Object.prototype;
  const { defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
  for (const name of ownKeys(prototype)) {
    const found = getOwnPropertyDescriptor(prototype, name);
    if (!("value" in found) || !found.configurable) continue;
    const { value } = found;
    defineProperty(prototype, name, {
      get() {
        return value;
      },
      set(own) {
        const property = { value: own, writable: true, enumerable: true, configurable: true };
        if (this === prototype || !defineProperty(this, name, property)) {
          throw new TypeError(`${String(name)} cannot be assigned here`);
        }
      },
      enumerable: found.enumerable,
      configurable: false,
    });
  }
  Object.freeze(prototype);
})();
