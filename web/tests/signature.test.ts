import { expect, it } from 'vitest'
import { longest_path, path_of, strokes_of } from '@/phone/signature'

it('is drawn in its own box, whatever the size of the screen', () => {
  const strokes = [{ points: [{ x: 0, y: 0 }, { x: 100, y: 40 }, { x: 200, y: 80 }] }, { points: [{ x: 250, y: 100 }] }]
  expect(path_of(strokes, 250, 100)).toBe('M0 0L400 160L800 320M1000 400L1000 400')
  expect(path_of(strokes, 500, 200)).toBe('M0 0L200 80L400 160M500 200L500 200')
})

it('never leaves its box and never says a place twice', () => {
  expect(path_of([{ points: [{ x: -5, y: 10 }, { x: -6, y: 10 }, { x: 9999, y: 10 }] }], 100, 40)).toBe('M0 100L1000 100')
  expect(path_of([{ points: [] }], 100, 40)).toBe('')
})

it('keeps the ends of a scrawl that is too long, with fewer points between them', () => {
  const points = Array.from({ length: 9000 }, (_, i) => ({ x: 500 + 400 * Math.sin(i), y: 200 + 150 * Math.cos(i * 1.7) }))
  const path = path_of([{ points }], 1000, 400)
  const last = points.at(-1)!
  expect(path.length).toBeLessThanOrEqual(longest_path)
  expect(path.startsWith('M500 350')).toBe(true)
  expect(path.endsWith(`L${Math.round(last.x)} ${Math.round(last.y)}`)).toBe(true)
})

it('is the same path again after it was shown anew, on a screen of any size', () => {
  const path = 'M0 0L500 200L1000 400M10 20L10 20'
  expect(path_of(strokes_of(path, 357, 143), 357, 143)).toBe(path)
  expect(strokes_of(path, 100, 40)[0]).toEqual({ points: [{ x: 0, y: 0 }, { x: 50, y: 20 }, { x: 100, y: 40 }] })
  expect(strokes_of('', 100, 40)).toEqual([])
})
