// A drawn signature as one path of whole numbers, in a box of 1000 by 400 whatever the size of the screen.
export interface Stroke {
  points: { x: number; y: number }[]
}

export const box = { width: 1000, height: 400 }
export const longest_path = 16_000

export function path_of(strokes: Stroke[], width: number, height: number): string {
  for (let step = 1; ; step *= 2) {
    const path = strokes.map((stroke) => stroke_path(stroke, width, height, step)).join('')
    // A scrawl that is too long is drawn with fewer points.
    if (path.length <= longest_path) return path
  }
}

// Back again, to be shown on a screen of this size; what is no path of ours is nothing.
export function strokes_of(path: string, width: number, height: number): Stroke[] {
  return [...path.matchAll(/M(\d+ \d+)((?:L\d+ \d+)*)/g)].map(([, first, rest]) => ({
    points: [first!, ...rest!.split('L').slice(1)].map((place) => {
      const [x, y] = place.split(' ').map(Number)
      return { x: (x! / box.width) * width, y: (y! / box.height) * height }
    }),
  }))
}

function stroke_path({ points }: Stroke, width: number, height: number, step: number): string {
  const scaled = (value: number, of: number, to: number) => Math.min(to, Math.max(0, Math.round((value / of) * to)))
  const places = points
    .filter((_, index) => index % step === 0 || index === points.length - 1)
    .map(({ x, y }) => `${scaled(x, width, box.width)} ${scaled(y, height, box.height)}`)
  const distinct = places.filter((place, index) => place !== places[index - 1])
  if (distinct.length === 0) return ''
  // A dot is a line to where it is.
  return `M${distinct[0]}${distinct.length === 1 ? `L${distinct[0]}` : distinct.slice(1).map((place) => `L${place}`).join('')}`
}
