import { describe, expect, it } from "vitest";
import { childrenOf, landingAt, landingInside, landingOutside, type TreeNode, visibleRows } from "./rows";

const node = (id: string, parent: string | null, name = id): TreeNode => ({ id, parent, name, count: 0 });
const tree = [
  node("a", null, "高一"),
  node("a1", "a", "1班"),
  node("a2", "a", "2班"),
  node("b", null, "高二"),
];
const ids = (expanded: string[], filter = "") =>
  visibleRows(tree, new Set(expanded), filter).map((row) => row.node.id);

describe("rows of a tree", () => {
  it("shows what lies below expanded nodes", () => {
    expect(ids([])).toEqual(["a", "b"]);
    expect(ids(["a"])).toEqual(["a", "a1", "a2", "b"]);
  });

  it("tells level, place and number of siblings", () => {
    const row = visibleRows(tree, new Set(["a"]), "")[2];
    expect(row).toMatchObject({ level: 2, place: 2, siblings: 2, hasChildren: false });
  });

  it("shows hits with all above them while searching", () => {
    expect(ids([], "２班")).toEqual(["a", "a2"]);
  });

  it("finds a node by pinyin and initials, and by the end of its path", () => {
    const spelt = (id: string, parent: string | null, paths: [string, number][]) => ({
      ...node(id, parent),
      spellings: paths.map(([path, own]) => ({ path, own })),
    });
    const nodes = [
      spelt("a", null, [
        ["高一", 2],
        ["gaoyi", 5],
        ["gy", 2],
      ]),
      spelt("a1", "a", [
        ["高一1班", 2],
        ["gaoyi1ban", 4],
        ["gy1b", 2],
      ]),
    ];
    const found = (text: string) => visibleRows(nodes, new Set(), text).map((row) => row.node.id);
    expect(["gaoyi", "gy", "高一"].map(found)).toEqual([["a"], ["a"], ["a"]]);
    expect(["gaoyi1b", "gy1b", "高一/1", "1ban", "1b"].map(found)).toEqual(Array(5).fill(["a", "a1"]));
    expect(found("b班")).toEqual([]);
  });

  it("ends when records form a circle", () => {
    const circle = [node("x", "y"), node("y", "x"), node("z", "gone")];
    expect(visibleRows(circle, new Set(["x", "y"]), "").map((row) => row.node.id)).toEqual(["z"]);
    expect(visibleRows(circle, new Set(), "x").map((row) => row.node.id)).toEqual([]);
  });
});

describe("where a dragged node lands", () => {
  const children = childrenOf(tree);
  const row = (id: string, isExpanded = false) => {
    const found = visibleRows(tree, new Set(["a"]), "").find((one) => one.node.id === id);
    if (!found) throw new Error(id);
    return { ...found, isExpanded };
  };

  it("goes behind the last child when dropped on a node", () => {
    expect(landingAt(children, "b", row("a"), "into")).toEqual({ parent: "a", after: "a2" });
  });

  it("goes before or behind a sibling", () => {
    expect(landingAt(children, "b", row("a2"), "before")).toEqual({ parent: "a", after: "a1" });
    expect(landingAt(children, "b", row("a1"), "before")).toEqual({ parent: "a", after: null });
    expect(landingAt(children, "a1", row("a2"), "behind")).toEqual({ parent: "a", after: "a2" });
  });

  it("cannot go below itself", () => {
    expect(landingAt(children, "a", row("a1"), "into")).toBeNull();
    expect(landingAt(children, "a", row("a"), "into")).toBeNull();
  });

  it("goes to the top level when dropped on the whole", () => {
    expect(landingAt(children, "a1", null, "into")).toEqual({ parent: null, after: "b" });
  });

  it("goes nowhere into what is marked", () => {
    const put = [...tree.slice(0, 3), { ...node("b", null, "高二"), mark: "archived" }, node("c", null)];
    const archived = { ...row("b", true), node: put[3] as TreeNode };
    expect(landingAt(childrenOf(put), "c", archived, "into")).toBeNull();
    expect(landingAt(childrenOf(put), "c", archived, "behind")).toBeNull();
    expect(landingInside(childrenOf(put), node("c", null))).toBeNull();
  });

  it("goes one level out or in", () => {
    expect(landingOutside(tree, "a1")).toEqual({ parent: null, after: "a" });
    expect(landingOutside(tree, "a")).toBeNull();
    expect(landingInside(children, node("b", null))).toEqual({ parent: "a", after: "a2" });
    expect(landingInside(children, node("a2", "a"))).toEqual({ parent: "a1", after: null });
    expect(landingInside(children, node("a", null))).toBeNull();
  });
});
