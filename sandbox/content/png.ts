/** Writes PNG files, pixel by pixel. */

import { deflateSync } from 'node:zlib'
import { crc32 } from './crc32.ts'

export type Rgb = readonly [number, number, number]

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** An 8-bit RGB image; `colorAt` is called once per pixel. */
export function toPng(widthPx: number, heightPx: number, colorAt: (x: number, y: number) => Rgb): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(widthPx, 0)
  header.writeUInt32BE(heightPx, 4)
  header.set([8, 2, 0, 0, 0], 8) // 8 bits per channel, RGB, deflate, no filters, not interlaced
  const rows = Buffer.alloc(heightPx * (1 + widthPx * 3))
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) rows.set(colorAt(x, y), y * (1 + widthPx * 3) + 1 + x * 3)
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const PAPER: Rgb = [250, 248, 243]
const AXIS: Rgb = [70, 70, 70]

/** A bar chart of integers, with one color per bar. */
export function barChart(bars: { value: number; color: Rgb }[]): Buffer {
  const widthPx = 360
  const heightPx = 200
  const floor = heightPx - 20
  const step = Math.floor((widthPx - 40) / Math.max(bars.length, 1))
  const highest = Math.max(1, ...bars.map(bar => bar.value))
  return toPng(widthPx, heightPx, (x, y) => {
    if (y === floor && x >= 20 && x < widthPx - 20) return AXIS
    const bar = bars[Math.floor((x - 20) / step)]
    const isInGap = (x - 20) % step < step * 0.2
    if (x < 20 || bar === undefined || isInGap || y >= floor) return PAPER
    return y >= floor - (bar.value / highest) * (floor - 20) ? bar.color : PAPER
  })
}
