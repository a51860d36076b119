import type { InjectionKey } from 'vue'

/** Set inside a modal panel: pickers must then open within it, because nothing outside can be seen or reached. */
export const IN_PANEL: InjectionKey<boolean> = Symbol('in-panel')
