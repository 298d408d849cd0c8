import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { storeChoice, storeUrl } from './store-option.ts'

function storeOf(said: { option?: string; environment?: string; configured?: string }): Promise<string> {
  const { option, environment, configured } = said
  return storeUrl(
    {
      options: { color: false, ...(option === undefined ? {} : { store: option }) },
      env: { ION_STORE: environment },
      config: async () => ({
        root: '/work place',
        path: null,
        ...(configured === undefined ? {} : { store: configured }),
      }),
    },
    '/work place/below',
  )
}

describe('the store that is meant', () => {
  it('is that of the option, before that of the environment, before that of the configuration', async () => {
    const [option, environment, configured] = ['memory:o', 'memory:e', 'memory:c']
    expect(await storeOf({ option, environment, configured })).toBe(option)
    expect(await storeOf({ environment, configured })).toBe(environment)
    expect(await storeOf({ environment: '', configured })).toBe(configured)
  })

  it.each([
    ['file:runs', pathToFileURL('/work place/runs').href],
    ['sqlite:ion.db', 'sqlite:///work%20place/ion.db'],
    ['sqlite:ion.db?synchronous=normal', 'sqlite:///work%20place/ion.db?synchronous=normal'],
    ['sqlite:///var/ion.db', 'sqlite:///var/ion.db'],
    ['postgres://u@h/db?schema=ion', 'postgres://u@h/db?schema=ion'],
  ])("in a configuration counts from the project's root: %s is %s", async (configured, url) => {
    expect(await storeOf({ configured })).toBe(url)
  })

  it('in an option counts from where ion is called', async () => {
    expect(await storeOf({ option: 'sqlite:ion.db' })).toBe('sqlite:ion.db')
  })
})

describe('the package that opens the store', () => {
  const stores = { level: './stores/level.ts', other: 'ion-other' }

  async function packageOf(store: string, storePackage?: string): Promise<string | undefined> {
    const { options } = await storeChoice({
      options: { color: false, store, ...(storePackage === undefined ? {} : { storePackage }) },
      env: {},
      config: async () => ({ root: '/work place', path: null, stores }),
    })
    return options.package
  }

  it('is what the configuration says of the scheme: a module of the project, or a package', async () => {
    expect(await packageOf('level:runs')).toBe('/work place/stores/level.ts')
    expect(await packageOf('other://host/runs')).toBe('ion-other')
  })

  it('is rather the one of the option', async () => {
    expect(await packageOf('level:runs', 'mine')).toBe('mine')
  })

  it('follows from the scheme where nothing is said', async () => {
    for (const url of ['sqlite:ion.db', 'constructor:x', 'levels:x']) {
      expect(await packageOf(url)).toBeUndefined()
    }
  })
})
