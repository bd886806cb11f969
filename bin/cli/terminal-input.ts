/** Input from the terminal: a hidden secret, a yes or no. */
import { createInterface } from 'node:readline'
import { usageFailure } from './cli-failure.ts'
import type { OutputStream } from './terminal.ts'

export type InputStream = NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown }

const ENTER = ['\r', '\n']
const BACKSPACE = ['\u007f', '\b']
const INTERRUPT = '\u0003'
const END = '\u0004'

/** Reads all of a pipe, or one hidden line from a terminal. Throws `CliFailure` if it is empty. */
export async function readSecret(
  question: string,
  stdin: InputStream,
  stderr: OutputStream,
): Promise<string> {
  const secret = (stdin.isTTY ? await readHidden(question, stdin, stderr) : await readAll(stdin)).trim()
  if (secret === '') throw usageFailure('The input is empty.', 'Type the value at the prompt, or pipe it in.')
  return secret
}

/** True for y and yes. */
export async function confirm(question: string, stdin: InputStream, stderr: OutputStream): Promise<boolean> {
  stderr.write(`${question} [y/N] `)
  const lines = createInterface({ input: stdin })
  for await (const line of lines) {
    lines.close()
    return /^y(es)?$/i.test(line.trim())
  }
  return false
}

async function readAll(stdin: InputStream): Promise<string> {
  let text = ''
  stdin.setEncoding('utf8')
  for await (const chunk of stdin) text += chunk
  return text
}

function readHidden(question: string, stdin: InputStream, stderr: OutputStream): Promise<string> {
  stderr.write(question)
  stdin.setRawMode?.(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const finish = (settle: () => void) => {
      stdin.off('data', onData)
      stdin.setRawMode?.(false)
      stdin.pause()
      stderr.write('\n')
      settle()
    }
    const onData = (chunk: string | Buffer) => {
      for (const character of String(chunk)) {
        if (character === INTERRUPT)
          return finish(() => reject(usageFailure('Interrupted. Nothing was stored.')))
        if (ENTER.includes(character) || character === END) return finish(() => resolve(typed))
        typed = BACKSPACE.includes(character) ? typed.slice(0, -1) : typed + character
      }
    }
    stdin.on('data', onData)
  })
}
