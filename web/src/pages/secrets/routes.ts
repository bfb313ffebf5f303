import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const secretsRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/secrets',
    component: lazyRouteComponent(() => import('./secrets')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/secrets/new',
    component: lazyRouteComponent(() => import('./new')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/secrets/received',
    component: lazyRouteComponent(() => import('./received')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/secrets/shared',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./shared')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/secrets/$id',
    component: lazyRouteComponent(() => import('./secret')),
  }),
] as const
