/** The versions of Gumloop's Python SDK that these tests use: pinned, checked by hash, never a part of the repository. */
import path from 'node:path'
import { pinnedWheel, pythonEnvironment } from '../support/python-environment.ts'

const file = (name: string) => path.join(import.meta.dirname, name)

/** The folder of a virtual environment with the SDK and all that it needs. */
export const sdkEnvironment = (): string => pythonEnvironment('gumloop-sdk', file('requirements.txt'))

/** The wheel of the version that is installed. */
export const currentWheel = (): string => pinnedWheel(sdkEnvironment(), 'gumloop', file('requirements.txt'))

/** The wheel of version 0.4.7, which had 42 of the endpoints. */
export const olderWheel = (): string => pinnedWheel(sdkEnvironment(), 'gumloop', file('older-wheel.txt'))
