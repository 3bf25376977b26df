#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

namespace ousage::program {

/// A certificate with its key, created in memory, for the demonstration's cloud and the tests.
struct Identity {
    std::shared_ptr<EVP_PKEY> key;     ///< on the curve P-256
    std::shared_ptr<X509> certificate; ///< for that key

    /// Uses the certificate and key in a TLS server's context.
    void serve(SSL_CTX* context) const {
        if (SSL_CTX_use_certificate(context, certificate.get()) != 1 ||
            SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
            throw std::runtime_error("cannot use the certificate");
        }
    }

    /// Returns the certificate as PEM, the format of SSL_CERT_FILE.
    std::string pem() const {
        auto const memory =
            std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new(BIO_s_mem()), BIO_free);
        PEM_write_bio_X509(memory.get(), certificate.get());
        char* bytes = nullptr;
        auto const size = BIO_get_mem_data(memory.get(), &bytes);
        return {bytes, static_cast<std::size_t>(size)};
    }
};

/// The fields of a certificate.
struct Subject {
    std::string common_name = "localhost";            ///< CN; ignored by clients
    std::string names = "DNS:localhost,IP:127.0.0.1"; ///< subjectAltName; empty: none
    long valid_from = -3600;                          ///< seconds from now
    long valid_until = 3600;                          ///< seconds from now
    bool authority = false;                           ///< may sign other certificates
};

/// Creates a certificate signed by `issuer`, or self-signed if `issuer` is null.
inline Identity make_identity(Subject const& subject, Identity const* issuer = nullptr) {
    static std::atomic<long> serial{1};
    auto const need = [](bool good) {
        if (!good) {
            throw std::runtime_error("cannot make a certificate");
        }
    };
    auto made = Identity{{EVP_EC_gen("P-256"), EVP_PKEY_free}, {X509_new(), X509_free}};
    need(made.key != nullptr && made.certificate != nullptr);
    auto* const certificate = made.certificate.get();
    auto* const signer = issuer == nullptr ? certificate : issuer->certificate.get();
    auto* const name = X509_get_subject_name(certificate);
    auto const* const text = reinterpret_cast<unsigned char const*>(subject.common_name.c_str());
    need(X509_set_version(certificate, 2) == 1);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), subject.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), subject.valid_until);
    need(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1);
    need(X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1);
    need(X509_set_pubkey(certificate, made.key.get()) == 1);
    auto context = X509V3_CTX{};
    X509V3_set_ctx(&context, signer, certificate, nullptr, nullptr, 0);
    auto const add = [&](int kind, std::string const& value) {
        auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
        need(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
        X509_EXTENSION_free(extension);
    };
    add(NID_basic_constraints, subject.authority ? "critical,CA:TRUE" : "CA:FALSE");
    add(NID_subject_key_identifier, "hash");
    if (!subject.names.empty()) {
        add(NID_subject_alt_name, subject.names);
    }
    auto* const key = issuer == nullptr ? made.key.get() : issuer->key.get();
    need(X509_sign(certificate, key, EVP_sha256()) > 0);
    return made;
}

/// Creates a root authority that no client trusts by default.
inline Identity make_authority(std::string name = "ousage") {
    return make_identity({std::move(name), {}, -3600, 3600, true});
}

} // namespace ousage::program
