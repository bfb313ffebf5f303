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
  createRoute({
    getParentRoute: within,
    path: '/data/corrections',
    component: lazyRouteComponent(() => import('./corrections')),
  }),
] as const
