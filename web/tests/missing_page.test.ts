// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { arrived, is_missing_part, read_anew } from '@/console/missing_page'

beforeEach(() => sessionStorage.clear())

describe('a page whose part is missing', () => {
  const around = (is_there: boolean) => ({ is_there: async () => is_there, go: vi.fn(), say_unreachable: vi.fn(), memory: sessionStorage })

  it('is known by what browsers say', () => {
    const said = ['Failed to fetch dynamically imported module: http://x/a.js', 'error loading dynamically imported module: http://x/a.js', 'Importing a module script failed.', 'Unable to preload CSS for /assets/a.css']
    expect(said.map((message) => is_missing_part(new TypeError(message)))).toEqual([true, true, true, true])
    expect(is_missing_part(new Error('x is not a function'))).toBe(false)
  })

  it('is read anew from a server that is there, once', async () => {
    const it_is_there = around(true)
    await read_anew('/plans', it_is_there)
    expect(it_is_there.go.mock.calls).toEqual([['/plans']])
    await read_anew('/plans', it_is_there)
    expect(it_is_there.go).toHaveBeenCalledTimes(1)
    expect(it_is_there.say_unreachable).toHaveBeenCalledTimes(1)
    arrived(sessionStorage)
    await read_anew('/plans', it_is_there)
    expect(it_is_there.go).toHaveBeenCalledTimes(2)
  })

  it('leaves what is on the screen when the server is away, and says so', async () => {
    const it_is_away = around(false)
    await read_anew('/plans', it_is_away)
    expect(it_is_away.go).not.toHaveBeenCalled()
    expect(it_is_away.say_unreachable).toHaveBeenCalledTimes(1)
  })
})
