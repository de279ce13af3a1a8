// A few things that this tab keeps over a reload and a new sign-in. A browser that keeps nothing stops nobody.
export function kept_list<One>(stored_as: string, most: number) {
  function all(): One[] {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(stored_as) ?? '[]')
      return Array.isArray(kept) ? (kept as One[]) : []
    } catch {
      return []
    }
  }

  // The newest stand last; of too many the oldest go.
  function store(list: One[]): void {
    try {
      sessionStorage.setItem(stored_as, JSON.stringify(list.slice(-most)))
    } catch (error) {
      console.warn(`this browser keeps nothing of ${stored_as}`, error)
    }
  }

  return { all, store }
}
