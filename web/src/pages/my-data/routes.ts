import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { within } from '../../inside'

export const myDataRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/data',
    component: lazyRouteComponent(() => import('./profiles')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/data/credentials',
    component: lazyRouteComponent(() => import('./credentials')),
  }),
] as const
