package auth

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Errors of Verify. Test for them with errors.Is.
var (
	// ErrInvalid means that the string is no token of this installation.
	ErrInvalid = errors.New("auth: token is not valid")
	// ErrExpired means that this installation signed it, for a time that is over.
	ErrExpired = errors.New("auth: token has expired")
)

const (
	// MinKey is how many bytes a key must have.
	MinKey = 32

	issuer   = "honeyguide"
	audience = "honeyguide"
	// leeway lets the clocks of nodes differ.
	leeway = 5 * time.Second
	// maxToken bounds the work that a string without a valid signature causes.
	maxToken = 4096
	// maxRemembered bounds the memory for verified tokens to about 20 MB.
	maxRemembered = 20_000
)

// Signer makes and checks tokens. It is safe for concurrent use.
type Signer struct {
	key    []byte
	now    func() time.Time
	parser *jwt.Parser
	known  *remembered
}

// NewSigner returns a Signer for a secret key of at least MinKey bytes.
func NewSigner(key []byte, now func() time.Time) (*Signer, error) {
	if len(key) < MinKey {
		return nil, fmt.Errorf("auth: the key has %d bytes, fewer than %d", len(key), MinKey)
	}
	return &Signer{
		key:   append([]byte(nil), key...),
		now:   now,
		known: newRemembered(maxRemembered),
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
			jwt.WithIssuer(issuer),
			jwt.WithAudience(audience),
			jwt.WithExpirationRequired(),
			jwt.WithLeeway(leeway),
			jwt.WithTimeFunc(now),
			jwt.WithStrictDecoding(),
		),
	}, nil
}

type claims struct {
	Shop shop.ID `json:"shop"`
	Role Role    `json:"role"`
	jwt.RegisteredClaims
}

// Mint returns a token that names id and is valid for ttl from now.
func (s *Signer) Mint(id Identity, ttl time.Duration) (string, error) {
	if err := id.Validate(); err != nil {
		return "", err
	}
	if ttl <= 0 {
		return "", fmt.Errorf("auth: a token cannot live for %v", ttl)
	}
	now := s.now()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		Shop: id.Shop,
		Role: id.Role,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    issuer,
			Subject:   id.Subject,
			Audience:  jwt.ClaimStrings{audience},
			IssuedAt:  jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
		},
	}).SignedString(s.key)
	if err != nil {
		return "", fmt.Errorf("auth: signing a token: %w", err)
	}
	return token, nil
}

// Verify returns whom token names and until when, or ErrExpired or ErrInvalid,
// which hold nothing of the token.
func (s *Signer) Verify(token string) (Grant, error) {
	if g, ok := s.known.get(token); ok {
		if !s.now().Before(g.Expires) {
			return Grant{}, ErrExpired
		}
		return g, nil
	}
	g, err := s.verify(token)
	if err == nil {
		s.known.put(token, g)
	}
	return g, err
}

func (s *Signer) verify(token string) (Grant, error) {
	if len(token) > maxToken {
		return Grant{}, ErrInvalid
	}
	var c claims
	_, err := s.parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return s.key, nil })
	id := Identity{Shop: c.Shop, Role: c.Role, Subject: c.Subject}
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return Grant{}, ErrExpired
	case err != nil || id.Validate() != nil:
		return Grant{}, ErrInvalid
	}
	return Grant{Identity: id, Expires: c.ExpiresAt.Add(leeway)}, nil
}
