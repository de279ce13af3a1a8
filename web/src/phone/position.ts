// Where the phone is (WGS-84), or null: a step must not fail because the sky is covered.
export interface Position {
  longitude: number
  latitude: number
  accuracy_m: number
}

const wait_ms = 8000

export function take_position(): Promise<Position | null> {
  if (!('geolocation' in navigator)) return Promise.resolve(null)
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ longitude: coords.longitude, latitude: coords.latitude, accuracy_m: Math.round(coords.accuracy * 10) / 10 }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: wait_ms, maximumAge: 30_000 },
    )
  })
}
