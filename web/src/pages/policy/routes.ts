import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { within } from '../../inside'

const version = (value: unknown) => {
  const found = Number(value)
  return Number.isSafeInteger(found) && found > 0 ? found : undefined
}

export const policyRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/policy',
    component: lazyRouteComponent(() => import('./policy')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/policy/versions',
    component: lazyRouteComponent(() => import('./versions')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/policy/versions/$version',
    component: lazyRouteComponent(() => import('./version')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/policy/changes',
    validateSearch: (search): { from?: number | undefined; to?: number | undefined } => ({
      ...{ from: version(search.from), to: version(search.to) },
    }),
    component: lazyRouteComponent(() => import('./changes')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/policy/acceptances',
    component: lazyRouteComponent(() => import('./acceptances')),
  }),
] as const
