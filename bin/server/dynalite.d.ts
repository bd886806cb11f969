/** dynalite has no types of its own; this declares the part that we use. */
declare module 'dynalite' {
  import type { Server } from 'node:http'
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server
}
