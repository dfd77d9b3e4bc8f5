package auth_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/honeyguide-chat/honeyguide/api/auth"
)

var (
	key  = bytes.Repeat([]byte("k"), auth.MinKey)
	noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	ann  = auth.Identity{Shop: "tea-house", Role: auth.Visitor, Subject: "访客 7"}
)

func newSigner(t testing.TB, key []byte, now time.Time) *auth.Signer {
	t.Helper()
	s, err := auth.NewSigner(key, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mint(t testing.TB, s *auth.Signer, id auth.Identity, ttl time.Duration) string {
	t.Helper()
	token, err := s.Mint(id, ttl)
	if err != nil {
		t.Fatalf("Mint(%v, %v) = %v", id, ttl, err)
	}
	return token
}

func TestTokenNamesItsBearer(t *testing.T) {
	s := newSigner(t, key, noon)
	for _, role := range []auth.Role{auth.Visitor, auth.Agent, auth.Supervisor, auth.Editor, auth.Admin} {
		want := auth.Identity{Shop: "tea-house", Role: role, Subject: "访客 7"}
		got, err := s.Verify(mint(t, s, want, time.Hour))
		if err != nil || got.Identity != want {
			t.Errorf("Verify(Mint(%v)) = %v, %v", want, got, err)
		}
		if left := got.Expires.Sub(noon); left < time.Hour || left > time.Hour+10*time.Second {
			t.Errorf("a token for an hour expires after %v", left)
		}
	}
}

func TestTokenExpires(t *testing.T) {
	token := mint(t, newSigner(t, key, noon), ann, time.Minute)
	tests := []struct {
		name  string
		after time.Duration
		want  error
	}{
		{"in its time", 59 * time.Second, nil},
		{"within the leeway", 64 * time.Second, nil},
		{"after the leeway", 66 * time.Second, auth.ErrExpired},
		{"years later", 5 * 365 * 24 * time.Hour, auth.ErrExpired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := newSigner(t, key, noon.Add(tt.after)).Verify(token); !errors.Is(err, tt.want) {
				t.Errorf("Verify after %v: err = %v, want %v", tt.after, err, tt.want)
			}
		})
	}
}

// A token that was verified before expires like any other.
func TestRememberedTokenExpires(t *testing.T) {
	now := noon
	s, err := auth.NewSigner(key, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	token := mint(t, s, ann, time.Minute)
	for _, tt := range []struct {
		after time.Duration
		want  error
	}{
		{0, nil},
		{64 * time.Second, nil},
		{65 * time.Second, auth.ErrExpired},
		{time.Hour, auth.ErrExpired},
	} {
		now = noon.Add(tt.after)
		if got, err := s.Verify(token); !errors.Is(err, tt.want) || err != nil && got != (auth.Grant{}) {
			t.Errorf("Verify after %v = %v, %v, want %v", tt.after, got, err, tt.want)
		}
		if got, err := newSigner(t, key, now).Verify(token); !errors.Is(err, tt.want) {
			t.Errorf("Verify after %v, for the first time = %v, %v, want %v", tt.after, got, err, tt.want)
		}
	}
}

// good are claims that Verify accepts; each case spoils one thing.
func good() jwt.MapClaims {
	return jwt.MapClaims{
		"iss": "honeyguide", "aud": "honeyguide", "sub": "v1", "shop": "tea-house",
		"role": "visitor", "exp": noon.Add(time.Hour).Unix(),
	}
}

func with(name string, value any) jwt.MapClaims {
	c := good()
	if value == nil {
		delete(c, name)
	} else {
		c[name] = value
	}
	return c
}

func TestVerifyRefuses(t *testing.T) {
	hs256, otherKey := jwt.SigningMethodHS256, bytes.Repeat([]byte("x"), auth.MinKey)
	tests := []struct {
		name   string
		method jwt.SigningMethod
		key    any
		claims jwt.MapClaims
		want   error
	}{
		{"nothing wrong", hs256, key, good(), nil},
		{"no signature", jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, good(), auth.ErrInvalid},
		{"another algorithm", jwt.SigningMethodHS512, key, good(), auth.ErrInvalid},
		{"another key", hs256, otherKey, good(), auth.ErrInvalid},
		{"another key and expired", hs256, otherKey, with("exp", noon.Add(-time.Hour).Unix()), auth.ErrInvalid},
		{"expired", hs256, key, with("exp", noon.Add(-time.Hour).Unix()), auth.ErrExpired},
		{"no expiry", hs256, key, with("exp", nil), auth.ErrInvalid},
		{"expiry is text", hs256, key, with("exp", "tomorrow"), auth.ErrInvalid},
		{"another audience", hs256, key, with("aud", "warehouse"), auth.ErrInvalid},
		{"no audience", hs256, key, with("aud", nil), auth.ErrInvalid},
		{"another issuer", hs256, key, with("iss", "somebody"), auth.ErrInvalid},
		{"no issuer", hs256, key, with("iss", nil), auth.ErrInvalid},
		{"not yet valid", hs256, key, with("nbf", noon.Add(time.Hour).Unix()), auth.ErrInvalid},
		{"unknown role", hs256, key, with("role", "root"), auth.ErrInvalid},
		{"role in capitals", hs256, key, with("role", "Admin"), auth.ErrInvalid},
		{"no role", hs256, key, with("role", nil), auth.ErrInvalid},
		{"role is a list", hs256, key, with("role", []string{"admin"}), auth.ErrInvalid},
		{"shop with a path", hs256, key, with("shop", "../other"), auth.ErrInvalid},
		{"no shop", hs256, key, with("shop", nil), auth.ErrInvalid},
		{"no subject", hs256, key, with("sub", nil), auth.ErrInvalid},
		{"subject breaks lines", hs256, key, with("sub", "a\nb"), auth.ErrInvalid},
		{"subject hides text", hs256, key, with("sub", "a\u202eb"), auth.ErrInvalid},
		{"subject too long", hs256, key, with("sub", strings.Repeat("长", auth.MaxSubject+1)), auth.ErrInvalid},
		{"token too long", hs256, key, with("more", strings.Repeat("x", 5000)), auth.ErrInvalid},
	}
	s := newSigner(t, key, noon)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token, err := jwt.NewWithClaims(tt.method, tt.claims).SignedString(tt.key)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Verify(token)
			if !errors.Is(err, tt.want) {
				t.Errorf("Verify = %v, %v, want %v", got, err, tt.want)
			}
			if err != nil && got != (auth.Grant{}) {
				t.Errorf("Verify returns %v with the error %v, want nobody", got, err)
			}
		})
	}
}

func TestMintRefuses(t *testing.T) {
	s := newSigner(t, key, noon)
	tests := []struct {
		name string
		id   auth.Identity
		ttl  time.Duration
	}{
		{"nobody", auth.Identity{}, time.Hour},
		{"bad shop", auth.Identity{Shop: "A B", Role: auth.Visitor, Subject: "v"}, time.Hour},
		{"bad role", auth.Identity{Shop: "s", Role: "root", Subject: "v"}, time.Hour},
		{"bad subject", auth.Identity{Shop: "s", Role: auth.Visitor, Subject: "\xff"}, time.Hour},
		{"no life", ann, 0},
		{"born dead", ann, -time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if token, err := s.Mint(tt.id, tt.ttl); err == nil {
				t.Errorf("Mint(%v, %v) = %q, want an error", tt.id, tt.ttl, token)
			}
		})
	}
}

func TestNewSignerWantsALongKey(t *testing.T) {
	if _, err := auth.NewSigner(key[1:], time.Now); err == nil {
		t.Errorf("NewSigner(%d bytes) = nil error, want one", len(key)-1)
	}
}

func TestContextCarriesTheCaller(t *testing.T) {
	if id, ok := auth.FromContext(t.Context()); ok {
		t.Errorf("FromContext of an empty context = %v, true", id)
	}
	want := auth.Grant{Identity: ann, Expires: noon}
	if got, ok := auth.FromContext(auth.NewContext(t.Context(), want)); !ok || got != want {
		t.Errorf("FromContext = %v, %t, want %v, true", got, ok, want)
	}
}

// Only what the signer signed is accepted, whatever comes.
func FuzzVerify(f *testing.F) {
	s := newSigner(f, key, noon)
	signed := mint(f, s, ann, time.Hour)
	f.Add(signed)
	f.Add("")
	f.Add("..")
	f.Add("Bearer " + signed)
	f.Add(signed[:len(signed)-1])
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		id, err := s.Verify(token)
		if err == nil && token != signed {
			t.Errorf("Verify(%q) = %v, nil, want an error", token, id)
		}
		if err != nil && len(token) > 8 && strings.Contains(err.Error(), token) {
			t.Errorf("Verify(%q) = %v, which holds the token", token, err)
		}
	})
}
