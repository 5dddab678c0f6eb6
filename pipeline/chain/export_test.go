package chain

// BuildOfMany is Build as it goes about several documents, for a test that holds one alone against it.
var BuildOfMany = build
