export { isNamedBy, pathOf, type Spelling, type TreeNode } from "./rows";
export { type Naming, Tree, type TreeHandle, type TreeProps } from "./Tree";
