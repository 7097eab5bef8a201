package evaluator

import "slices"

// graph finds the cycles in what refers to what by key, and how far the
// references reach. It explores only what is asked for.
type graph struct {
	edges func(key string) []string // the keys that key refers to
	nodes map[string]*node
	stack []string
}

// node is what is known of one key once it has been visited.
type node struct {
	next      []string
	order     int
	low       int
	component int // equal for keys that reach each other; 0 until known
	cyclic    bool
	depth     int // the longest chain of references below, 0 for none
	cost      int // how many visits a full walk makes, this one included
}

func newGraph(edges func(key string) []string) *graph {
	return &graph{edges: edges, nodes: make(map[string]*node)}
}

// at visits key and all it reaches, and returns what is known of it.
func (g *graph) at(key string) *node {
	if n := g.nodes[key]; n != nil {
		return n
	}
	return g.visit(key)
}

// visit is Tarjan's algorithm for strongly connected components. Components
// are completed after those they refer to, so depth and cost are known below.
func (g *graph) visit(key string) *node {
	n := &node{next: g.edges(key), order: len(g.nodes) + 1}
	n.low = n.order
	g.nodes[key] = n
	base := len(g.stack)
	g.stack = append(g.stack, key)
	for _, to := range n.next {
		switch m := g.nodes[to]; {
		case m == nil:
			n.low = min(n.low, g.visit(to).low)
		case m.component == 0:
			n.low = min(n.low, m.order)
		}
	}
	if n.low == n.order {
		g.complete(n, g.stack[base:])
		g.stack = g.stack[:base]
	}
	return n
}

// costLimit is where cost stops counting.
const costLimit = 1 << 30

func (g *graph) complete(root *node, keys []string) {
	cyclic := len(keys) > 1 || slices.Contains(root.next, keys[0])
	for _, key := range keys {
		n := g.nodes[key]
		n.component, n.cyclic, n.cost = root.order, cyclic, 1
		if cyclic {
			continue
		}
		for _, to := range n.next {
			n.depth = max(n.depth, g.nodes[to].depth+1)
			n.cost = min(n.cost+g.nodes[to].cost, costLimit)
		}
	}
}

// cycle returns the shortest way from key back to key, both ends included, or
// nil if there is none.
func (g *graph) cycle(key string) []string {
	if !g.at(key).cyclic {
		return nil
	}
	cameFrom := map[string]string{}
	for queue := []string{key}; len(queue) > 0; queue = queue[1:] {
		from := queue[0]
		for _, to := range g.nodes[from].next {
			if to == key {
				return trail(cameFrom, key, from)
			}
			if _, seen := cameFrom[to]; !seen && g.nodes[to].component == g.nodes[key].component {
				cameFrom[to] = from
				queue = append(queue, to)
			}
		}
	}
	return nil
}

func trail(cameFrom map[string]string, key, last string) []string {
	way := []string{key}
	for at := last; at != key; at = cameFrom[at] {
		way = append(way, at)
	}
	way = append(way, key)
	slices.Reverse(way)
	return way
}
