// A number as it is read out: one of this country without +86 and in groups, any other as it is kept.
export function phone_text(number: string): string {
  const home = /^\+86([\d*]+)$/.exec(number)?.[1]
  if (!home) return number
  if (/^1[3-9*]/.test(home) && home.length === 11) return [home.slice(0, 3), home.slice(3, 7), home.slice(7)].join(' ')
  if (/^[48]00/.test(home) && home.length === 10) return [home.slice(0, 3), home.slice(3, 6), home.slice(6)].join('-')
  const area = /^(10|2\d|[3-9]\d\d)([\d*]{7,8})$/.exec(home)
  return area ? `0${area[1]}-${area[2]}` : number
}

// A number as people type it; the server reads it back as the same.
export const phone_in_field = (number: string) => phone_text(number).replaceAll(' ', '')
