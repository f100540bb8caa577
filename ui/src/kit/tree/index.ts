export { pathOf, type TreeNode } from "./rows";
export { type Naming, Tree, type TreeHandle, type TreeProps } from "./Tree";
