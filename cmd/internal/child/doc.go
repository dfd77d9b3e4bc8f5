// Package child keeps processes that are started here from outliving it.
package child
