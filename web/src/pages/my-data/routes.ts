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
    path: '/data/presentations',
    component: lazyRouteComponent(() => import('./presentations')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/data/presentations/new',
    component: lazyRouteComponent(() => import('./new-presentation')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/data/presentations/$id',
    component: lazyRouteComponent(() => import('./presentation')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/data/corrections',
    component: lazyRouteComponent(() => import('./corrections')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/data/rights',
    component: lazyRouteComponent(() => import('./rights')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/data/take-along',
    component: lazyRouteComponent(() => import('./wallet-file')),
  }),
] as const
