#include "example/exporter/authority.hpp"
#include "example/exporter/http/tls_context.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <exception>
#include <string>

namespace {

using namespace ousage::program;
using namespace ousage::program::http;
using namespace ousage::test;

class TlsFiles : public testing::Test {
protected:
    TlsFiles() {
        auto const identity = make_identity({});
        auto const memory =
            std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new(BIO_s_mem()), BIO_free);
        PEM_write_bio_PrivateKey(
            memory.get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        char* bytes = nullptr;
        auto const size = BIO_get_mem_data(memory.get(), &bytes);
        config.cert_file = directory.write("cert.pem", identity.pem());
        config.key_file =
            directory.write("key.pem", std::string(bytes, static_cast<std::size_t>(size)));
    }

    std::string error() const {
        try {
            tls_context(config);
        } catch (std::exception const& error) {
            return error.what();
        }
        return "";
    }

    TemporaryDirectory directory;
    TlsConfig config;
};

TEST_F(TlsFiles, AcceptsCipherNamesOfGo) {
    config.cipher_suites = {
        "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"};
    ASSERT_EQ(error(), "");
    auto const context = tls_context(config);
    auto* const ciphers = SSL_CTX_get_ciphers(context->native_handle());
    auto names = std::string{};
    for (int index = 0; index < sk_SSL_CIPHER_num(ciphers); ++index) {
        names += std::string(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, index))) + " ";
    }
    EXPECT_EQ(
        names, "TLS_AES_128_GCM_SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-CHACHA20-POLY1305 "
               "ECDHE-RSA-CHACHA20-POLY1305 ");
}

TEST_F(TlsFiles, RejectsUnknownCipher) {
    for (auto const* const name : {"TLS_NONE", "ECDHE-RSA-AES128-GCM-SHA256", "", "TLS_AES_0"}) {
        config.cipher_suites = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", name};
        EXPECT_EQ(error(), "cipher_suites: unknown to OpenSSL") << name;
    }
}

TEST_F(TlsFiles, UsesInlineCertificateAndKey) {
    config.cert = read_file(config.cert_file);
    config.key = read_file(config.key_file);
    config.client_ca = config.cert;
    config.cert_file.clear();
    config.key_file.clear();
    EXPECT_EQ(error(), "");
    auto const context = tls_context(config);
    EXPECT_NE(SSL_CTX_get0_certificate(context->native_handle()), nullptr);
    config.client_ca = "no certificate";
    EXPECT_NE(error(), "");
    config.client_ca.clear();
    config.key = "no key";
    EXPECT_NE(error(), "");
}

TEST_F(TlsFiles, AcceptsCurveNamesOfGo) {
    config.curves = {"X25519", "CurveP256", "CurveP384", "CurveP521"};
    EXPECT_EQ(error(), "");
    config.curves = {"X25519", "CurveP999"};
    EXPECT_EQ(error(), "curve_preferences: unknown to OpenSSL");
}

TEST_F(TlsFiles, SetsVersions) {
    config.min_version = "TLS11";
    config.max_version = "TLS12";
    auto const context = tls_context(config);
    EXPECT_EQ(SSL_CTX_get_min_proto_version(context->native_handle()), TLS1_1_VERSION);
    EXPECT_EQ(SSL_CTX_get_max_proto_version(context->native_handle()), TLS1_2_VERSION);
}

TEST_F(TlsFiles, RejectsMissingAndInvalidFiles) {
    EXPECT_EQ(error(), "");
    config.client_ca_file = directory.path() / "none.pem";
    EXPECT_NE(error(), "");
    config.client_ca_file.clear();
    config.key_file = directory.write("bad.pem", "no key");
    EXPECT_NE(error(), "");
}

// OpenSSL would prompt for the password of an encrypted key.
TEST_F(TlsFiles, RejectsEncryptedKeyWithoutPrompt) {
    auto const identity = make_identity({});
    auto const memory = std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new(BIO_s_mem()), BIO_free);
    unsigned char password[] = "x";
    PEM_write_bio_PrivateKey(
        memory.get(), identity.key.get(), EVP_aes_128_cbc(), password, 1, nullptr, nullptr);
    char* bytes = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &bytes);
    config.key_file =
        directory.write("key.pem", std::string(bytes, static_cast<std::size_t>(size)));
    EXPECT_NE(error(), "");
}

} // namespace
