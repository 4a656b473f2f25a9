
// What `cargo xtask claims` adds to `descent.rs` of its copy: a fit that an earlier run made is read.

/// The fit of these numbers from the folder, or made and kept there.
///
/// A fit that the same process asks for again is made: so that times in a notebook are times.
fn kept<F: Infer>(
    params: &MlpValidParams,
    x: ArrayView2<'_, F>,
    labels: ArrayView1<'_, usize>,
    fit: impl FnOnce() -> Result<Descended<F>>,
) -> Result<Descended<F>> {
    use sha2::Digest as _;
    let mut digest = sha2::Sha256::new();
    digest.update(format!("{params:?} {:?} {}", x.dim(), std::any::type_name::<F>()));
    for value in x {
        digest.update(value.to_f64().unwrap_or(f64::NAN).to_le_bytes());
    }
    for &label in labels {
        digest.update((label as u64).to_le_bytes());
    }
    let key: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = std::path::Path::new("FOLDER");
    let (weights, rest) = (folder.join(format!("{key}.safetensors")), folder.join(format!("{key}.json")));
    let seen = std::env::temp_dir().join(format!("fashion-claims-{}-{key}", std::process::id()));
    let first = std::fs::OpenOptions::new().write(true).create_new(true).open(seen).is_ok();
    type Rest = (Vec<usize>, Vec<f64>, bool, f64);
    if first
        && let Ok(text) = std::fs::read(&rest)
        && let Ok((classes, loss_curve, converged, seconds)) = serde_json::from_slice::<Rest>(&text)
        && let Ok(network) = Network::<F>::load(&weights)
    {
        let fit_time = Duration::from_secs_f64(seconds);
        return Ok(Descended { network, classes, loss_curve, converged, fit_time });
    }
    let fitted = fit()?;
    let seconds = fitted.fit_time.as_secs_f64();
    let text = serde_json::to_vec(&(&fitted.classes, &fitted.loss_curve, fitted.converged, seconds));
    // Written last, so that a fit of which it tells is there.
    if let (Ok(()), Ok(text)) = (fitted.network.save(&weights), text) {
        let _ = std::fs::write(rest, text);
    }
    Ok(fitted)
}
