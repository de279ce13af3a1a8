export interface Place {
  longitude?: number | null
  latitude?: number | null
}

const earth_radius_km = 6371

export function is_known(place: Place): place is { longitude: number; latitude: number } {
  return typeof place.longitude === 'number' && typeof place.latitude === 'number'
}

// To the sixth decimal, a hand's breadth: what a person can check.
export function shown_degrees(degrees: number | null | undefined): number | null {
  return degrees === null || degrees === undefined ? null : Math.round(degrees * 1e6) / 1e6
}

// How far from the asset, or what else the words say: metres while they say something, then kilometres.
export function distance_text(distance_m: number, t: (key: string, named: Record<string, unknown>) => string, words = 'ticket.distance'): string {
  if (distance_m < 1000) return t(words, { m: Math.round(distance_m) })
  return t(`${words}_far`, { km: (distance_m / 1000).toFixed(distance_m < 10_000 ? 1 : 0) })
}

// As the crow flies; null when either place is unknown.
export function distance_km(a: Place, b: Place): number | null {
  if (!is_known(a) || !is_known(b)) return null
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const half_latitude = Math.sin(radians(b.latitude - a.latitude) / 2)
  const half_longitude = Math.sin(radians(b.longitude - a.longitude) / 2)
  const h = half_latitude ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half_longitude ** 2
  return 2 * earth_radius_km * Math.asin(Math.min(1, Math.sqrt(h)))
}
