#include "example/exporter/authority.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using namespace ousage::program;

// Returns the result of verifying a certificate with one trusted authority.
int verify(Identity const& identity, Identity const& authority) {
    auto const store =
        std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)>(X509_STORE_new(), X509_STORE_free);
    auto const context = std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)>(
        X509_STORE_CTX_new(), X509_STORE_CTX_free);
    X509_STORE_add_cert(store.get(), authority.certificate.get());
    X509_STORE_CTX_init(context.get(), store.get(), identity.certificate.get(), nullptr);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

TEST(Authority, SignsIdentitiesForItsNames) {
    auto const authority = make_authority();
    auto const identity = make_identity({}, &authority);
    EXPECT_EQ(verify(identity, authority), X509_V_OK);
    auto* const certificate = identity.certificate.get();
    EXPECT_EQ(X509_check_host(certificate, "localhost", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
    EXPECT_EQ(X509_check_host(certificate, "example.org", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_private_key(certificate, identity.key.get()), 1);
}

TEST(Authority, DoesNotVerifyOtherIdentities) {
    auto const authority = make_authority();
    auto const other = make_authority("other");
    EXPECT_NE(verify(make_identity({}, &other), authority), X509_V_OK);
    EXPECT_NE(verify(make_identity({}), authority), X509_V_OK);
    EXPECT_EQ(
        verify(make_identity({"x", "DNS:x", -7200, -3600}, &authority), authority),
        X509_V_ERR_CERT_HAS_EXPIRED);
    EXPECT_EQ(
        verify(make_identity({"x", "DNS:x", 3600, 7200}, &authority), authority),
        X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST(Authority, WritesOneCertificateAsPem) {
    auto const text = make_authority("test").pem();
    EXPECT_TRUE(text.starts_with("-----BEGIN CERTIFICATE-----\n"));
    EXPECT_TRUE(text.ends_with("-----END CERTIFICATE-----\n"));
    EXPECT_EQ(text.find("PRIVATE"), text.npos);
}

} // namespace
