/**
 * Ends the program with one sentence where Node is too old. Runs before anything else and uses only syntax that every
 * Node version knows: the rest of the program may not even parse there. `engines` in package.json has the same number.
 */
{
  const minimum = [20, 11]
  const current = process.versions.node.split('.').map(Number)
  if (current[0] < minimum[0] || (current[0] === minimum[0] && current[1] < minimum[1])) {
    process.stderr.write(
      `This needs Node ${minimum.join('.')} or newer; you are running Node ${process.versions.node}.\n`,
    )
    process.exit(1)
  }
}
