import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { Frame } from './frame'
import { whoQuery } from './who'

export const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(() => import('./pages/not-found')),
})

/** What is for who is signed in; who is not comes back to where she was going. */
export const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    if ((await context.client.ensureQueryData(whoQuery)) === null)
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } })
  },
  component: Frame,
})

export const within = () => inside

/** What an address says after the `?`, where it says something. */
export const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
