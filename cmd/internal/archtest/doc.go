// Package archtest keeps the rooms of the project apart: its test fails where
// a package imports what it must not know.
package archtest
