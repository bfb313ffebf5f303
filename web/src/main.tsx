import '@mantine/core/styles.css'
import './style.css'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type AnyRoute, RouterProvider } from '@tanstack/react-router'
import { StrictMode, useEffect, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { onSignedOut, setLanguage } from './api/call'
import { isProblem } from './api/problem'
import { createConsole } from './router'
import { readable, theme } from './theme'
import { AskAgain } from './ui/ask-again'
import { ToldProvider } from './ui/told'
import { whoQuery } from './who'
import { type Language, LanguageContext, languages } from './words/words'

const LANGUAGE = 'regie-language'

/** What she chose here before; otherwise what her browser asks for, and Dutch where that says nothing of use. */
function firstLanguage(): Language {
  const wanted = [localStorage.getItem(LANGUAGE) ?? '', ...navigator.languages.map((one) => one.slice(0, 2))]
  return (
    languages.find((one) => wanted.find((code) => languages.some((known) => known === code)) === one) ?? 'nl'
  )
}

const client = new QueryClient({
  defaultOptions: {
    // Without a connection it is said so at once: what waits for one in silence looks like what hangs.
    mutations: { networkMode: 'always' },
    queries: {
      staleTime: 15_000,
      // What was refused is refused again; only what did not arrive is worth another try.
      retry: (count, error) => count < 2 && (!isProblem(error) || error.status >= 500),
    },
  },
})
const router = createConsole(client)
// Asked while the page is still being made.
void client.prefetchQuery(whoQuery)
// And the page she goes to is fetched while the node says who she is.
const pages: Readonly<Record<string, AnyRoute>> = router.routesById
for (const { routeId } of router.matchRoutes(router.latestLocation)) {
  const page = pages[routeId]
  if (page) void router.loadRouteChunk(page)
}

function Console() {
  const [language, choose] = useState(firstLanguage)
  setLanguage(language)
  useEffect(() => {
    document.documentElement.lang = language
    localStorage.setItem(LANGUAGE, language)
  }, [language])
  useEffect(() => onSignedOut(() => void client.invalidateQueries({ queryKey: ['who'] })), [])
  const set = useMemo(
    () => (next: Language) => {
      setLanguage(next)
      choose(next)
      // What the node says is in a language too.
      void client.invalidateQueries()
    },
    [],
  )
  return (
    <LanguageContext.Provider value={useMemo(() => ({ language, set }), [language, set])}>
      <MantineProvider theme={theme} cssVariablesResolver={readable} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <ToldProvider>
            {/* Within the router: what goes wrong in it is said with ways to go on. */}
            <RouterProvider router={router} InnerWrap={AskAgain} />
          </ToldProvider>
        </QueryClientProvider>
      </MantineProvider>
    </LanguageContext.Provider>
  )
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  )
